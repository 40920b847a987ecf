import { createTheme, type MantineColorsTuple } from '@mantine/core';

// The one accent: a quiet indigo. Index 6 on white and 4 on the dark surface both exceed 4.5:1.
const accent: MantineColorsTuple = [
  '#eef1fd', '#dce1f8', '#b9c3ef', '#94a3e6', '#8595e4', '#5d72d8', '#4257c4', '#364ab0', '#2e409c', '#243481',
];

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 5 },
  colors: { accent },
  fontFamily: 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  defaultRadius: 'sm',
  cursorType: 'pointer',
  fontSizes: { xs: '12px', sm: '13px', md: '14px', lg: '16px', xl: '18px' },
});
