import { Link } from '@adminjs/design-system';
import { ActionButton, type ActionProps } from 'adminjs';
import React from 'react';
import type { SmtpActivityView } from '../../shared/smtp-config.js';
import Skeleton from './list/Skeleton.js';
import { Body, Cell, Head, HeadCell, Page, Row, Table } from './list/table.js';
import LoadFailure from './parts/LoadFailure.js';
import { HealthMark } from './parts/Health.js';
import PageHead from './parts/PageHead.js';
import Phrase from './parts/Phrase.js';
import { recordUrl } from './parts/use-go.js';
import { useResponse } from './parts/use-response.js';
import { useTexts } from './parts/use-texts.js';

/** The email types and the configuration that each one uses. */
export default function SmtpActivityList({ resource }: ActionProps): React.ReactElement {
  const texts = useTexts(resource.id);
  const configTexts = useTexts('SmtpConfig');
  const { response, failure, loading, reload } = useResponse(resource.id, { perPage: '500' });
  const records = response?.records;

  return (
    <>
      <PageHead texts={texts} resource={resource} count={records?.length} />
      <Page>
        <p>{texts.t('intro')}</p>
        {failure !== null && <LoadFailure texts={texts} failure={failure} onRetry={reload} />}
        <Table aria-label={texts.t('listLabel')}>
          <Head>
            <Row>
              <HeadCell>{texts.t('columnActivity')}</HeadCell>
              <HeadCell>{texts.t('columnConfig')}</HeadCell>
            </Row>
          </Head>
          <Body>
            {!records && loading && <Skeleton columns={2} />}
            {records?.map((record) => {
              const { key, label, sensitive, declared, configName, usedConfigId, configHealth, configState } =
                record.params as unknown as SmtpActivityView;
              const edit = record.recordActions?.find(({ name }) => name === 'edit');
              const name = label || key;
              const trouble = configState !== 'ok' && configState !== 'default';
              return (
                <Row key={record.id} data-id={record.id}>
                  <Cell className="name">
                    {edit ? (
                      <ActionButton action={edit} resourceId={resource.id} recordId={record.id}>
                        <Link>{name}</Link>
                      </ActionButton>
                    ) : (
                      name
                    )}
                    <small>
                      {key}
                      {sensitive === true && ` · ${texts.t('sensitive')}`}
                      {declared === false && ` · ▲ ${texts.t('undeclared')}`}
                    </small>
                  </Cell>
                  <Cell data-state={configState}>
                    {trouble && (
                      <span aria-hidden="true" className="trouble">
                        ▲{' '}
                      </span>
                    )}
                    <Phrase
                      texts={texts}
                      text={`state_${configState}`}
                      values={{
                        name: usedConfigId && (
                          <Link href={recordUrl('SmtpConfig', usedConfigId, edit ? 'edit' : 'show')}>{configName}</Link>
                        ),
                      }}
                    />
                    {configHealth && !trouble && (
                      <>
                        {' · '}
                        <HealthMark health={configHealth} texts={configTexts} />
                      </>
                    )}
                    {trouble && <small>{texts.t(`state_${configState}_help`)}</small>}
                  </Cell>
                </Row>
              );
            })}
            {records?.length === 0 && (
              <Row>
                <Cell colSpan={2}>{texts.t('emptyText')}</Cell>
              </Row>
            )}
          </Body>
        </Table>
      </Page>
    </>
  );
}
