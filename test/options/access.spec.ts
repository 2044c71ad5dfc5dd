import { describe, expect, it } from '@jest/globals';
import { type AccessLevel, AccessPolicy, type CurrentAdmin } from '../../lib/options/access.js';

const isAllowed = (asked: AccessPolicy, level: AccessLevel, admin: CurrentAdmin): Promise<boolean> =>
  asked.assertCan(level, { admin }).then(
    () => true,
    (error: { code?: string }) => {
      expect(error.code).toBe('FORBIDDEN');
      return false;
    },
  );

const policy = new AccessPolicy({ view: undefined, manage: ['ADMINISTRATION_MANAGER', 'OPS'] });

describe('AccessPolicy', () => {
  it.each([
    [{ role: 'ADMINISTRATION_MANAGER' }, true],
    [{ role: 'VIEWER' }, false],
    [{ roles: ['VIEWER', 'OPS'] }, true],
    [{ roles: 'OPS' }, true],
    [{ roles: { OPS: true } }, false],
    [{ role: 'administration_manager' }, false],
    [{}, false],
    [null, false],
    [undefined, false],
  ])('A1.40 %j may manage: %s', async (admin, may) => {
    expect(await isAllowed(policy, 'manage', admin)).toBe(may);
    expect(policy.canShow('manage', admin)).toBe(may);
    expect(await isAllowed(policy, 'view', admin)).toBe(Boolean(admin));
  });

  it('calls a function, which may be asynchronous, and accepts only true', async () => {
    const byName = new AccessPolicy({ view: (admin) => admin.name === 'Ann', manage: async (admin) => admin.name === 'Ann' });
    expect(await isAllowed(byName, 'manage', { name: 'Ann' })).toBe(true);
    expect(await isAllowed(byName, 'manage', { name: 'Bob' })).toBe(false);
    expect(byName.canShow('view', { name: 'Bob' })).toBe(false);
    const truthy = new AccessPolicy({ view: () => 'yes' as never, manage: async () => 1 as never });
    expect(await isAllowed(truthy, 'view', {})).toBe(false);
    expect(await isAllowed(truthy, 'manage', {})).toBe(false);
  });

  it('denies everything if the function throws or rejects', async () => {
    const broken = new AccessPolicy({
      view: () => {
        throw new Error('broken');
      },
      manage: () => Promise.reject(new Error('broken')),
    });
    expect(broken.canShow('view', {})).toBe(false);
    expect(await isAllowed(broken, 'view', {})).toBe(false);
    expect(await isAllowed(broken, 'manage', {})).toBe(false);
  });

  it('permits the application’s own code, but not a caller without an admin', async () => {
    await expect(policy.assertCan('manage', undefined)).resolves.toBeUndefined();
    await expect(policy.assertCan('manage', {})).resolves.toBeUndefined();
    await expect(policy.assertCan('view', { admin: undefined })).rejects.toMatchObject({ code: 'FORBIDDEN' });
    await expect(policy.assertCan('manage', { admin: { role: 'VIEWER' } })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  });
});
