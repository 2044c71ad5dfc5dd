import { describe, expect, it } from '@jest/globals';
import { optionalPeer } from '../../lib/testing/optional-peer.js';

describe('optionalPeer', () => {
  it('names the missing package', async () => {
    const name: string = 'a-package-nobody-installed';
    await expect(optionalPeer(name, () => import(name))).rejects.toThrow(
      'nestjs-adminjs-smtp/testing needs the package "a-package-nobody-installed": run npm install --save-dev a-package-nobody-installed.',
    );
  });

  it('passes on errors of a package', async () => {
    await expect(optionalPeer('broken', () => Promise.reject(new Error('inside')))).rejects.toThrow('inside');
  });
});
