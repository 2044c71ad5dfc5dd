import { styled } from '@adminjs/design-system/styled-components';

/** Text for screen readers only. */
const VisuallyHidden = styled.span`
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip: rect(0 0 0 0);
  white-space: nowrap;
`;

export default VisuallyHidden;
