import React from 'react';
import LoginGroup from './LoginGroup.js';
import SecurityGroup from './SecurityGroup.js';
import ServerGroup from './ServerGroup.js';

/** The groups of an SMTP server: host and port, security, login. */
export default function SmtpGroups(): React.ReactElement {
  return (
    <>
      <ServerGroup />
      <SecurityGroup />
      <LoginGroup />
    </>
  );
}
