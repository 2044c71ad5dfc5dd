import type { ComponentType } from 'react';
import type { SmtpConfigType } from '../../../../shared/config-fields.js';
import MsGraphGroups from './ms-graph/MsGraphGroups.js';
import SmtpAdvanced from './smtp/SmtpAdvanced.js';
import SmtpGroups from './smtp/SmtpGroups.js';

/** The groups of the form that are specific to a kind of configuration. */
export const KIND_GROUPS: Record<SmtpConfigType, ComponentType> = { generic: SmtpGroups, ms_graph: MsGraphGroups };

/** The fields under Advanced that are specific to a kind of configuration. */
export const KIND_ADVANCED: Record<SmtpConfigType, ComponentType | null> = { generic: SmtpAdvanced, ms_graph: null };
