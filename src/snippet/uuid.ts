/**
 * A random id of version 4 (RFC 9562), which every address of a blob ends with (File API, 8.3.1): `crypto.randomUUID`
 * is missing on pages without TLS.
 */
export function drawUuid(): string {
  const address = URL.createObjectURL(new Blob())
  URL.revokeObjectURL(address)
  return address.slice(-36)
}
