import { Input, TextArea } from '@adminjs/design-system';
import React, { type ReactNode } from 'react';
import type { Draft } from '../model/draft.js';
import Field from '../parts/Field.js';
import { useForm } from './form-context.js';

type TextName = { [K in keyof Draft]: Draft[K] extends string ? K : never }[keyof Draft];

interface Props {
  name: TextName;
  /** @default the name of the property */
  label?: string;
  required?: boolean;
  /** @default the text `help_<name>`, if there is one */
  help?: ReactNode;
  /** The number of lines, for a multi-line field. */
  rows?: number;
  placeholder?: string;
  type?: string;
  inputMode?: 'numeric';
  autoComplete?: string;
  /** A problem that is known before the server reports one. */
  error?: string;
  onBlur?: () => void;
}

/** A text field of the draft, with the label, help and error for its name. */
export default function TextField({ name, label, required, help, rows, error: problem, onBlur, ...input }: Props): React.ReactElement {
  const { draft, set, errors, texts } = useForm();
  const error = problem || (errors[name] && texts.error(name, errors[name]));
  return (
    <Field
      name={name}
      label={label ?? texts.property(name)}
      help={help ?? texts.optional(`help_${name}`)}
      error={error}
      required={required}
    >
      {(control) => {
        const common = {
          ...control,
          value: draft[name],
          onBlur,
          spellCheck: false,
          onChange: (event: { target: { value: string } }) => set({ [name]: event.target.value }),
        };
        return rows ? (
          <TextArea {...common} rows={rows} placeholder={input.placeholder} />
        ) : (
          <Input autoComplete="off" {...common} {...input} />
        );
      }}
    </Field>
  );
}
