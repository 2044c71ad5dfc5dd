import React from 'react';
import { needsFromAddress } from '../model/check.js';
import { fromAddressHelp } from '../model/help.js';
import { authOn } from '../model/rules.js';
import { useForm } from './form-context.js';
import Group, { Pair } from './Group.js';
import TextField from './TextField.js';

/** The group of the sender. */
export default function SenderGroup(): React.ReactElement {
  const { draft, settings, texts } = useForm();
  const required = needsFromAddress(draft, settings);
  const username = authOn(draft, settings) && !required ? draft.username : '';
  return (
    <Group title={texts.t('groupSender')}>
      <Pair $even>
        <TextField name="fromName" required={settings.single} />
        <TextField
          name="fromAddress"
          type="email"
          required={required}
          placeholder={username}
          help={texts.t(fromAddressHelp(draft, settings))}
        />
      </Pair>
      <Pair $even>
        <TextField name="replyTo" />
        <TextField name="signature" rows={2} help={texts.t('help_signature', { length: draft.signature.length })} />
      </Pair>
    </Group>
  );
}
