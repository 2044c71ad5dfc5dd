import { jest } from '@jest/globals';

/** Gives each test of the importing file ten minutes: crashes, outages and floods of messages take long on a loaded machine. */
jest.setTimeout(600_000);
