import type { FastifyReply, FastifyRequest } from 'fastify'
import { AppError } from '../../core/errors.ts'
import { type Scope, scopeMeanings } from '../scopes.ts'
import { errorBody } from './error-body.ts'

/** The server was asked by a name that somebody else may have pointed at this machine. */
export function refuseName(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return reply.code(403).send(
    errorBody(
      new AppError(
        'unauthorised',
        {
          en: `this server answers to localhost, not to ${request.hostname}`,
          zh: `本服务只响应 localhost，不响应 ${request.hostname}`,
        },
        {
          wayOut: {
            en: 'To reach it by another name, set `host` to an address of this machine and `secretKey`.',
            zh: '如需通过其他名称访问，请将 `host` 设为本机地址并设置 `secretKey`。',
          },
        },
      ),
    ),
  )
}

export function askForSecret(reply: FastifyReply): FastifyReply {
  return reply
    .code(401)
    .header('www-authenticate', 'Basic realm="Likeness", charset="UTF-8"')
    .send(
      errorBody(
        new AppError(
          'unauthorised',
          { en: 'the secret is missing or wrong', zh: '密钥缺失或错误' },
          {
            expected: 'Authorization: Bearer SECRET',
            wayOut: {
              en: 'Send a key of `likeness keys add`, the secretKey of the configuration, or the token of server.json in the data directory.',
              zh: '请使用 `likeness keys add` 创建的密钥、配置项 secretKey，或数据目录中 server.json 的令牌。',
            },
          },
        ),
      ),
    )
}

/** The key is known, and may do other things. */
export function refuseScope(
  reply: FastifyReply,
  { name, scopes }: { readonly name: string; readonly scopes: readonly Scope[] },
  wanted: Scope | 'owner',
): FastifyReply {
  return reply.code(403).send(errorBody(missingScope(name, scopes, wanted)))
}

/** What the holder of a key is told who may not do this with it. */
export function missingScope(name: string, scopes: readonly Scope[], wanted: Scope | 'owner'): AppError {
  const received = scopes.join(', ')
  if (wanted === 'owner') {
    return new AppError(
      'unauthorised',
      {
        en: `this is for the owner, not for the key '${name}'`,
        zh: `此处仅限所有者，密钥 '${name}' 无权访问`,
      },
      {
        received,
        expected: 'secretKey',
        wayOut: {
          en: 'Send the secretKey of the configuration, or the token of server.json in the data directory.',
          zh: '请使用配置项 secretKey，或数据目录中 server.json 的令牌。',
        },
      },
    )
  }
  const meaning = scopeMeanings[wanted]
  return new AppError(
    'unauthorised',
    {
      en: `the key '${name}' lacks the scope ${wanted} (${meaning.en})`,
      zh: `密钥 '${name}' 缺少权限范围 ${wanted}（${meaning.zh}）`,
    },
    {
      received,
      expected: wanted,
      wayOut: {
        en: `Make a key that has it: likeness keys add NAME --scope ${wanted}.`,
        zh: `请创建具备该权限的密钥：likeness keys add 名称 --scope ${wanted}。`,
      },
    },
  )
}

export function refuseOtherSite(reply: FastifyReply): FastifyReply {
  return reply.code(403).send(
    errorBody(
      new AppError(
        'unauthorised',
        { en: 'a page of another site may not ask for this', zh: '其他网站的页面不得发起此请求' },
        {
          wayOut: {
            en: 'Ask from a page of this server or from a program.',
            zh: '请从本服务的页面或程序发起。',
          },
        },
      ),
    ),
  )
}
