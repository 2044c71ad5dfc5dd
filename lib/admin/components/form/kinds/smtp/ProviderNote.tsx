import React from 'react';
import { providerNote } from '../../../model/help.js';
import { withType } from '../../../model/rules.js';
import Alert from '../../../parts/Alert.js';
import Button from '../../../parts/Button.js';
import { useForm } from '../../form-context.js';
import type { Preset } from './presets/preset.js';
import ProviderLink from './ProviderLink.js';

/** The provider's text about the choice itself; what concerns a field stands beside that field. */
export default function ProviderNote({ preset }: { preset?: Preset }): React.ReactElement | null {
  const { draft, start, set, settings, texts } = useForm();
  const note = texts.firstOf(providerNote(draft, settings));
  if (!preset || !note) return null;
  const toGraph = (): void => {
    // The button disappears with the note.
    document.getElementById('type-ms_graph')?.focus();
    set((now) => withType(now, 'ms_graph', start));
  };
  return (
    <Alert
      tone="info"
      testId="provider-note"
      actions={
        preset.authMethod === 'oauth2' && (
          <Button type="button" size="sm" variant="outlined" onClick={toGraph}>
            {texts.button('useGraph')}
          </Button>
        )
      }
    >
      {note} {preset.authMethod !== null && <ProviderLink preset={preset} />}
    </Alert>
  );
}
