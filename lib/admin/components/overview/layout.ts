import { themeGet } from '@adminjs/design-system';
import { styled } from '@adminjs/design-system/styled-components';
import { focusRing, mutedTone, quietSurface, readOnlyTone } from '../parts/tones.js';

/** A part of the page under a heading. */
export const Section = styled.section`
  & + & {
    margin-top: ${themeGet('space', 'xxl')};
  }
  & h3 {
    margin: 0;
    font-size: ${themeGet('fontSizes', 'lg')};
    font-weight: ${themeGet('fontWeights', 'bold')};
    line-height: 1.4;
  }
  & a {
    color: ${readOnlyTone};
    text-decoration: underline;
  }
  & small a,
  & td a {
    display: inline-block;
    line-height: 24px;
  }
  & a:focus-visible,
  & button:focus-visible {
    ${focusRing}
  }
`;

/** A heading with its tools. */
export const Title = styled.div`
  display: flex;
  flex-wrap: wrap;
  gap: ${themeGet('space', 'default')} ${themeGet('space', 'lg')};
  align-items: center;
  justify-content: space-between;
  min-height: 34px;
  margin-bottom: ${themeGet('space', 'default')};
`;

/** Tools at the end of a heading. */
export const Tools = styled.div`
  display: flex;
  flex-wrap: wrap-reverse;
  gap: ${themeGet('space', 'default')} ${themeGet('space', 'lg')};
  align-items: center;
`;

export const Muted = styled.p`
  min-height: 1.45em;
  margin: ${themeGet('space', 'default')} 0 0;
  color: ${mutedTone};
  font-size: ${themeGet('fontSizes', 'sm')};
  overflow-wrap: anywhere;
`;

/** A list of items that need attention, one line each. */
export const Points = styled.ul`
  margin: 0;
  padding: 0;
  border: 1px solid ${themeGet('colors', 'border')};
  border-radius: ${themeGet('space', 'sm')};
  list-style: none;
`;

export const Point = styled.li`
  display: grid;
  grid-template-columns: auto minmax(0, 1fr) auto;
  gap: ${themeGet('space', 'xs')} ${themeGet('space', 'default')};
  align-items: center;
  min-height: 48px;
  box-sizing: border-box;
  padding: ${themeGet('space', 'default')} ${themeGet('space', 'lg')};
  overflow-wrap: anywhere;
  & + & {
    border-top: 1px solid ${themeGet('colors', 'border')};
  }
  & p {
    margin: 0;
  }
  & small {
    display: block;
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
  }
  & > .step {
    display: flex;
    flex-wrap: wrap;
    gap: ${themeGet('space', 'default')} ${themeGet('space', 'lg')};
    align-items: center;
    justify-content: flex-end;
    max-width: 320px;
    text-align: right;
  }
  @media (max-width: 576px) {
    padding: ${themeGet('space', 'default')};
    & > .step {
      grid-column: 2;
      justify-content: flex-start;
      text-align: left;
    }
  }
`;

/** The configurations side by side, as many as fit. */
export const Cards = styled.ul`
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(300px, 100%), 1fr));
  gap: ${themeGet('space', 'lg')};
  margin: 0;
  padding: 0;
  list-style: none;
`;

export const Card = styled.li`
  display: flex;
  flex-direction: column;
  gap: ${themeGet('space', 'xs')};
  min-width: 0;
  min-height: 116px;
  box-sizing: border-box;
  padding: ${themeGet('space', 'lg')};
  border: 1px solid ${themeGet('colors', 'border')};
  border-radius: ${themeGet('space', 'sm')};
  overflow-wrap: anywhere;
  & > small {
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
  }
  & .figures {
    margin-top: auto;
    padding-top: ${themeGet('space', 'default')};
    font-variant-numeric: tabular-nums;
  }
  & .figures > span {
    display: block;
    min-height: 24px;
    line-height: 24px;
  }
  & > div > a {
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
`;

/** A strip of a few choices. */
export const Strip = styled.fieldset`
  display: inline-flex;
  margin: 0;
  padding: 0;
  border: 1px solid ${themeGet('colors', 'inputBorder')};
  border-radius: ${themeGet('space', 'sm')};
  overflow: hidden;
  & > label {
    position: relative;
    padding: ${themeGet('space', 'sm')} ${themeGet('space', 'lg')};
    color: ${mutedTone};
    cursor: pointer;
  }
  & > label + label {
    border-left: 1px solid ${themeGet('colors', 'inputBorder')};
  }
  & > label:has(input:checked) {
    background: ${quietSurface};
    color: ${readOnlyTone};
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
  & > label:has(input:focus-visible) {
    ${focusRing}
    outline-offset: -2px;
  }
  & input {
    position: absolute;
    inset: 0;
    width: 100%;
    height: 100%;
    margin: 0;
    opacity: 0;
    cursor: pointer;
  }
`;

/** Figures by hour or day. */
export const Figures = styled.table`
  width: 100%;
  max-width: 640px;
  margin-top: ${themeGet('space', 'lg')};
  border-collapse: collapse;
  & caption {
    padding-bottom: ${themeGet('space', 'default')};
    color: ${mutedTone};
    font-size: ${themeGet('fontSizes', 'sm')};
    text-align: left;
  }
  & th,
  & td {
    padding: ${themeGet('space', 'sm')} ${themeGet('space', 'default')};
    border-top: 1px solid ${themeGet('colors', 'border')};
    font-weight: ${themeGet('fontWeights', 'normal')};
    text-align: left;
  }
  & thead th,
  & tfoot th,
  & tfoot td {
    font-weight: ${themeGet('fontWeights', 'bold')};
  }
  & td,
  & thead th + th {
    text-align: right;
    font-variant-numeric: tabular-nums;
  }
`;
