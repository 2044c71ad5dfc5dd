/**
 * The layers of lib/, from top to bottom. A layer imports only layers below it.
 * `outside` names the packages that a layer may not import; a dot forbids everything but the layer itself.
 */
const layers = [
  { name: 'public', path: '^lib/(index|smtp\\.module|smtp\\.module-definition|smtp\\.entities)\\.ts$' },
  { name: 'cli', path: '^lib/cli/', outside: '^(typeorm|@nestjs/)' },
  { name: 'admin', path: '^lib/admin/' },
  { name: 'mail-service', path: '^lib/mail\\.service\\.ts$' },
  { name: 'outbox', path: '^lib/outbox/' },
  { name: 'config', path: '^lib/config/' },
  { name: 'audit', path: '^lib/audit/' },
  { name: 'transport', path: '^lib/transport/', outside: '^(typeorm|@nestjs/)' },
  { name: 'options', path: '^lib/options/', outside: '^(typeorm|@nestjs/)' },
  { name: 'azure-key-vault', path: '^lib/azure-key-vault/', outside: '^(typeorm|@nestjs/)' },
  { name: 'cyberark', path: '^lib/cyberark/', outside: '^(typeorm|@nestjs/)' },
  { name: 'testing', path: '^lib/testing/', outside: '^(typeorm|@nestjs/)' },
  { name: 'message', path: '^lib/message/', outside: '^(typeorm|@nestjs/)' },
  { name: 'secret', path: '^lib/secret/', outside: '^(typeorm|@nestjs/)' },
  { name: 'migrations', path: '^lib/migrations/' },
  { name: 'database', path: '^lib/database/' },
  { name: 'io', path: '^lib/io/', outside: '^(typeorm|@nestjs/)' },
  { name: 'shared', path: '^lib/shared/', outside: '.' },
];

/** As tsc leaves them, because dependency-cruiser's swc does not read TSX. */
const compiledComponents = '^dist/admin/components/';
const inPackage = (names) => `(^|node_modules/)${names.replace(/^\^/, '')}`;

const upward = layers.slice(1).map((layer, index) => ({
  name: `${layer.name}-points-up`,
  severity: 'error',
  from: { path: layer.path },
  to: { path: layers.slice(0, index + 1).map((above) => above.path) },
}));

const outside = layers
  .filter((layer) => layer.outside)
  .map((layer) => ({
    name: `${layer.name}-stays-inside`,
    severity: 'error',
    from: { path: layer.path },
    to: layer.outside === '.' ? { pathNot: layer.path } : { path: inPackage(layer.outside) },
  }));

export default {
  forbidden: [
    ...upward,
    ...outside,
    { name: 'no-circle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-broken-import', severity: 'error', from: {}, to: { couldNotResolve: true } },
    { name: 'every-file-has-a-layer', severity: 'error', from: { path: '^lib/', pathNot: layers.map((layer) => layer.path) }, to: {} },
    {
      name: 'adminjs-only-in-admin',
      comment: 'adminjs is an optional peer: the core loads without it',
      severity: 'error',
      from: { path: '^lib/', pathNot: '^lib/admin/' },
      to: { path: inPackage('(adminjs|@adminjs/)') },
    },
    {
      name: 'only-what-users-get',
      comment: 'a development dependency is not there in a host app',
      severity: 'error',
      from: { path: '^lib/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm', 'npm-peer'] },
    },
    {
      name: 'components-stay-in-the-browser',
      comment: 'AdminJS bundles them: what it does not provide there would be bundled along, and of the server only shared/ may get there',
      severity: 'error',
      from: { path: compiledComponents },
      to: { pathNot: [compiledComponents, '^dist/shared/', inPackage('(react|adminjs|@adminjs/design-system)/')] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^lib/admin/components/' },
    // TypeScript 7 has no JavaScript API, so swc reads the sources
    parser: 'swc',
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
    },
  },
};
