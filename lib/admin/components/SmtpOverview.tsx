import { Icon, Placeholder } from '@adminjs/design-system';
import type { ActionProps } from 'adminjs';
import React from 'react';
import { Page } from './list/table.js';
import AttentionList from './overview/AttentionList.js';
import ConfigCards from './overview/ConfigCards.js';
import { Card, Cards, Point, Points, Section, Title } from './overview/layout.js';
import { newConfigUrl } from './overview/links.js';
import Traffic from './overview/Traffic.js';
import Updated from './overview/Updated.js';
import { useOverview } from './overview/use-overview.js';
import Button from './parts/Button.js';
import Empty from './parts/Empty.js';
import LoadFailure from './parts/LoadFailure.js';
import { openMenu } from './parts/open-menu.js';
import PageHead from './parts/PageHead.js';
import { useTexts, type Texts } from './parts/use-texts.js';
import VisuallyHidden from './parts/VisuallyHidden.js';
import { useWhoCanManage } from './parts/who-can-manage.js';
import type { ScreenSettings } from '../../shared/smtp-config.js';

// While the bundle of components is loaded, before AdminJS renders the menu.
openMenu();

/** The overview: everything that needs attention, the mail volume, and the health of the configurations. */
export default function SmtpOverview({ resource, action }: ActionProps): React.ReactElement {
  const texts = useTexts(resource.id);
  return (
    <>
      <PageHead texts={texts} resource={resource} />
      <Overview texts={texts} resourceId={resource.id} custom={action.custom} />
    </>
  );
}

interface Props {
  texts: Texts;
  resourceId: string;
  /** The settings that the action passes. */
  custom: Partial<ScreenSettings> | undefined;
}

function Overview({ texts, resourceId, custom }: Props): React.ReactElement {
  const whoCanManage = useWhoCanManage(custom);
  const isSingle = custom?.single === true;
  const { response, failure, loading, reload, refreshSoon, updatedAt } = useOverview(resourceId);
  const overview = response?.overview;
  const canManage = response?.canManage === true;
  const failed = failure !== null && (
    <LoadFailure texts={texts} text={overview ? 'refreshFailed' : 'failed'} failure={failure} onRetry={reload} />
  );

  if (failed && !overview) return <Page>{failed}</Page>;
  if (overview && overview.configured === 0 && overview.traffic.length === 0 && overview.waiting === 0) {
    return (
      <Page>
        {failed}
        <Empty
          illustration="Launch"
          title={texts.t('emptyTitle')}
          text={texts.t(canManage ? 'emptyText' : 'emptyTextViewer')}
          note={canManage ? undefined : whoCanManage}
        >
          {canManage && (
            <Button as="a" href={newConfigUrl()} variant="contained">
              <Icon icon="Plus" />
              {texts.button('createFirst')}
            </Button>
          )}
        </Empty>
      </Page>
    );
  }
  return (
    <Page aria-busy={!overview}>
      {failed}
      <Section aria-labelledby="overview-attention">
        <Title>
          <h3 id="overview-attention">{texts.t('attention')}</h3>
          {updatedAt !== null && <Updated texts={texts} at={updatedAt} loading={loading} onRefresh={refreshSoon} />}
        </Title>
        {overview ? (
          <AttentionList
            texts={texts}
            items={overview.attention}
            untested={overview.untested}
            day={overview.day}
            canManage={canManage}
            isSingle={isSingle}
            onDone={refreshSoon}
          />
        ) : (
          <Points aria-hidden="true">
            <Point>
              <Placeholder height={18} width={220} />
            </Point>
          </Points>
        )}
      </Section>
      <Traffic texts={texts} overview={overview} />
      <Section aria-labelledby="overview-configs">
        <Title>
          <h3 id="overview-configs">{texts.t('configs')}</h3>
        </Title>
        {overview ? (
          <ConfigCards texts={texts} configs={overview.configs} day={overview.day} configured={overview.configured} canManage={canManage} />
        ) : (
          <Cards aria-hidden="true">
            {[0, 1, 2].map((card) => (
              <Card key={card}>
                <Placeholder height={18} width={120} />
                <Placeholder height={18} width={160} />
              </Card>
            ))}
          </Cards>
        )}
      </Section>
      <VisuallyHidden role="status">{overview || !loading ? texts.t('loaded') : texts.t('loading')}</VisuallyHidden>
    </Page>
  );
}
