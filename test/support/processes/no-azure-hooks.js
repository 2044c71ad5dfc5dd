/** @type {import('node:module').ResolveHook} */
export async function resolve(specifier, context, next) {
  if (/^@(azure|microsoft)\//.test(specifier)) throw new Error(`${specifier} was loaded.`);
  return next(specifier, context);
}
