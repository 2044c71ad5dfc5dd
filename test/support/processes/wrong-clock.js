// Loaded first: shifts the clock of this process alone by the `clockOffsetMs` of its setup.
const { clockOffsetMs } = JSON.parse(process.env.TEST_PROCESS ?? '{}');
const Real = Date;
const now = () => Real.now() + clockOffsetMs;

globalThis.Date = new Proxy(Real, {
  apply: (target) => new target(now()).toString(),
  construct: (target, given, self) => Reflect.construct(target, given.length > 0 ? given : [now()], self === Date ? target : self),
  get: (target, name, self) => (name === 'now' ? now : Reflect.get(target, name, self)),
});
