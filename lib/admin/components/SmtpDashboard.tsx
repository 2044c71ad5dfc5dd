import { Box } from '@adminjs/design-system';
import { Dashboard, useResource } from 'adminjs';
import React from 'react';
import SmtpOverview from './SmtpOverview.js';

/** The overview as the panel's start page. Admins who may not view it get AdminJS's own start page. */
export default function SmtpDashboard(): React.ReactElement {
  const resource = useResource('SmtpOverview');
  const list = resource?.resourceActions.find(({ name }) => name === 'list');
  if (!resource || !list) return <Dashboard />;
  return (
    <Box variant="transparent" width={list.containerWidth} mx="auto">
      <SmtpOverview resource={resource} action={list} />
    </Box>
  );
}
