import { useState } from 'react';
import type { Draft } from '../../../model/draft.js';
import { useForm } from '../../form-context.js';
import { presetOf } from './presets/index.js';
import type { Preset, PresetRegion } from './presets/preset.js';
import { withPreset } from './presets/with-preset.js';

/** The fields that choosing a provider fills in, and that Undo restores. */
const FILLED = ['host', 'port', 'security', 'authRequired', 'authMethod', 'username'] as const;

/** The provider of the draft, and how to choose another one. The choice is not stored: it is recognized by the host. */
export interface Provider {
  preset?: Preset;
  region?: PresetRegion;
  choose: (preset: Preset, region?: PresetRegion) => void;
  /** Restores the fields as they were before the first choice; undefined without a choice. */
  undo?: () => void;
}

/** Returns the provider of the form's server. */
export function useProvider(): Provider {
  const { draft, set } = useForm();
  const [before, setBefore] = useState<Partial<Draft> | null>(null);
  const undo = (): void => {
    if (before) set(before);
    setBefore(null);
    document.getElementById('provider')?.focus();
  };
  return {
    ...presetOf(draft),
    choose: (preset, region = preset.regions?.[0]) => {
      setBefore((known) => known ?? Object.fromEntries(FILLED.map((field) => [field, draft[field]])));
      set((now) => withPreset(now, preset, region));
    },
    undo: before ? undo : undefined,
  };
}
