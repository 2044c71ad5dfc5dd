import React from 'react';
import TextField from '../../TextField.js';

/** The settings of an SMTP server that rarely need to be changed. */
export default function SmtpAdvanced(): React.ReactElement {
  return (
    <>
      <TextField name="ehloName" placeholder="app.example.com" />
    </>
  );
}
