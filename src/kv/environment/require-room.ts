import { AppError } from '../../core/errors.ts'

type Room = { readonly path: string; readonly neededBytes: number; readonly freeBytes: number }

/** @throws AppError 'disk_full' when what is alive has no room a second time. */
export function requireRoom({ path, neededBytes, freeBytes }: Room): void {
  if (freeBytes >= neededBytes) return
  const [needed, free] = [inMegabytes(neededBytes), inMegabytes(freeBytes)]
  throw new AppError(
    'disk_full',
    {
      en: `compaction writes the data anew before it drops the old file: it needs ${needed}, ${free} are free`,
      zh: `压缩会先写出新文件再删除旧文件：需要 ${needed}，可用 ${free}`,
    },
    {
      ...{ where: path, expected: needed, received: free },
      wayOut: {
        en: 'Free some space on that disk and run `likeness compact` again; nothing has changed.',
        zh: '请释放该磁盘的空间后再次运行 `likeness compact`；数据未作任何更改。',
      },
    },
  )
}

function inMegabytes(bytes: number): string {
  return `${Math.floor(bytes / 2 ** 20)} MB`
}
