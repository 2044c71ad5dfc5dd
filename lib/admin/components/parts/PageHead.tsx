import { Badge, themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import { useTranslation, ViewHelpers, type ActionProps } from 'adminjs';
import React, { useEffect, useRef, type FocusEvent, type MouseEvent, type ReactNode } from 'react';
import Screen from './Screen.js';
import { focusRing, mutedTone } from './tones.js';
import { listUrl, useGo } from './use-go.js';
import type { Texts } from './use-texts.js';
import { useTitle } from './use-title.js';

const Frame = styled(Screen)`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')} ${themeGet('space', 'xl')};
  align-items: center;
  justify-content: space-between;
  margin-bottom: ${themeGet('space', 'lg')};
  color: ${themeGet('colors', 'text')};
  font-family: ${themeGet('font')};
  font-size: ${themeGet('fontSizes', 'default')};
  line-height: 1.45;
  & > nav {
    flex: 1 0 100%;
  }
  & > nav ol {
    display: flex;
    flex-wrap: wrap;
    align-items: baseline;
  }
  & > nav li {
    overflow-wrap: anywhere;
  }
  & > nav li + li::before {
    content: '/';
    padding: 0 ${themeGet('space', 'default')};
    color: ${mutedTone};
  }
  & > nav a {
    display: inline-block;
    min-height: 24px;
    line-height: 24px;
    color: ${mutedTone};
    text-decoration: none;
  }
  & > nav a:hover {
    text-decoration: underline;
  }
  & a:focus-visible {
    ${focusRing}
  }
  & > div:first-of-type {
    display: flex;
    flex: 1 1 320px;
    flex-wrap: wrap;
    gap: ${themeGet('space', 'sm')} ${themeGet('space', 'lg')};
    align-items: center;
    min-width: 0;
  }
  & h2 {
    min-width: 0;
    color: ${themeGet('colors', 'text')};
    font-size: ${(props: { $isRecord: boolean }) => themeGet('fontSizes', props.$isRecord ? 'h3' : 'h2')};
    line-height: 1.3;
    overflow-wrap: anywhere;
  }
  @media (max-width: 576px) {
    padding: ${themeGet('space', 'lg')} ${themeGet('space', 'lg')} 0;
    & h2 {
      font-size: ${themeGet('fontSizes', 'h4')};
    }
  }
`;

const Actions = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')};
  align-items: center;
`;

interface Props {
  texts: Texts;
  resource: ActionProps['resource'];
  /** The name of the record, or of the page if it is not the list. @default the name of the list */
  name?: string;
  /** The URL of the list, if the link keeps its filters. @default the list without filters */
  back?: string;
  /** The record that a dialog over the list is about, for the browser's tab. */
  about?: string;
  /** The number of records in the list. */
  count?: number;
  /** Marks next to the heading. */
  marks?: ReactNode;
  /** Buttons at the end of the line. */
  children?: ReactNode;
}

/**
 * The head of a page: breadcrumbs, the heading with the record's name, and the actions. Also names the browser's tab. AdminJS's own
 * names only the action, keeps the count of the list before, and offers actions by the record as it was loaded.
 */
export default function PageHead({
  texts,
  resource,
  name,
  back = listUrl(resource.id),
  about,
  count,
  marks,
  children,
}: Props): React.ReactElement {
  const go = useGo();
  const { translateLabel } = useTranslation();
  const list = texts.label(resource.id);
  useTitle(name ?? about, list);
  const heading = useRef<HTMLHeadingElement>(null);
  const focused = useRef<Element>();
  // A button that disappears with its action takes the focus along.
  useEffect(() => {
    if (!focused.current || focused.current.isConnected) return;
    focused.current = undefined;
    if (document.activeElement === document.body) heading.current?.focus();
  });
  const hasList = resource.resourceActions.some((action) => action.name === 'list');
  const link = (href: string) => ({
    href,
    onClick: (event: MouseEvent) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      go(href);
    },
  });
  return (
    <Frame $isRecord={name !== undefined}>
      <nav aria-label={texts.t('breadcrumbs')}>
        <ol>
          <li>
            <a {...link(new ViewHelpers().dashboardUrl())}>{translateLabel('dashboard')}</a>
          </li>
          <li>{name !== undefined && hasList ? <a {...link(back)}>{list}</a> : <span>{list}</span>}</li>
          {name !== undefined && <li aria-current="page">{name}</li>}
        </ol>
      </nav>
      <div>
        <h2 ref={heading} tabIndex={-1}>
          {name ?? list}
        </h2>
        {count !== undefined && (
          <Badge variant="default" outline>
            {count.toLocaleString(texts.locale)}
          </Badge>
        )}
        {marks}
      </div>
      {children && (
        <Actions
          onFocus={(event: FocusEvent) => {
            focused.current = event.target;
          }}
        >
          {children}
        </Actions>
      )}
    </Frame>
  );
}
