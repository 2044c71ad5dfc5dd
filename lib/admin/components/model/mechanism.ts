import { fitsMethod } from '../../../shared/config-fields.js';
import type { Draft } from './draft.js';

/** Returns the chosen login mechanism of a draft; empty if the login method cannot use it. */
export const authMechanism = ({ authMethod, authMechanism: chosen }: Draft): Draft['authMechanism'] =>
  fitsMethod(chosen, authMethod) ? chosen : '';
