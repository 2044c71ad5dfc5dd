/**
 * Loads a package that only `nestjs-adminjs-smtp/testing` needs.
 * @throws Error that names the package when the application has not installed it
 */
export async function optionalPeer<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    const { code, message = '' } = cause as { code?: string; message?: string };
    if (!code?.endsWith('MODULE_NOT_FOUND') || !message.includes(name)) throw cause;
    throw new Error(`nestjs-adminjs-smtp/testing needs the package "${name}": run npm install --save-dev ${name}.`, { cause });
  }
}
