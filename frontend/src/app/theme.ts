import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

// One accent, a quiet indigo: 6 on white is 6.4:1, white on 6 the same, 3 on the dark surface 7:1.
const accent: MantineColorsTuple = [
  '#eef1fd', '#dde3f9', '#bcc7f1', '#9dacea', '#8394e3', '#5d72d8', '#4257c4', '#384bb0', '#2f3f98', '#253277',
];

// One neutral scale, cool by a breath, for both schemes. Mantine's `gray` and `dark` are its light and dark ends.
const gray: MantineColorsTuple = [
  '#f9f9fb', '#f2f2f5', '#e7e7ec', '#dcdce3', '#c9c9d3', '#9d9dab', '#5e5e6b', '#494955', '#33333c', '#1d1d23',
];
const dark: MantineColorsTuple = [
  '#e8e8ed', '#b4b4bf', '#9696a3', '#6c6c79', '#3d3e47', '#31323a', '#26272e', '#191a1f', '#131418', '#0d0e11',
];

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 6 },
  colors: { accent, gray, dark },
  fontFamily: 'system-ui, "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, monospace',
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '24px', lineHeight: '1.3' },
      h2: { fontSize: '20px', lineHeight: '1.3' },
      h3: { fontSize: '16px', lineHeight: '1.4' },
      h4: { fontSize: '15px', lineHeight: '1.4' },
      h5: { fontSize: '14px', lineHeight: '1.4' },
    },
  },
  fontSizes: { xs: '12px', sm: '14px', md: '14px', lg: '16px', xl: '18px' },
  lineHeights: { xs: '1.4', sm: '1.45', md: '1.45', lg: '1.5', xl: '1.5' },
  spacing: { xs: '8px', sm: '12px', md: '16px', lg: '24px', xl: '32px' },
  defaultRadius: 'sm',
  radius: { sm: '6px', md: '8px' },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  components: {
    Button: { defaultProps: { size: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: false, color: 'dark.6' } },
    // Without the placeholder the menu has only menu items, as its role demands.
    Menu: { defaultProps: { shadow: 'md', position: 'bottom-end', withInitialFocusPlaceholder: false } },
    Modal: {
      defaultProps: { centered: true, padding: 'lg', overlayProps: { backgroundOpacity: 0.4 } },
      styles: { title: { fontWeight: 600 } },
    },
    Loader: { defaultProps: { type: 'dots' } },
  },
});

/** Our tokens beside Mantine's; CSS modules use them by name. */
export const tokens: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--surface': '#ffffff',
    '--surface-raised': '#ffffff',
    '--surface-sunken': gray[0],
    '--surface-hover': gray[1],
    '--surface-active': '#e9ecfb',
    '--border': gray[2],
    '--text-dimmed': gray[6],
    '--mantine-color-body': '#ffffff',
    '--mantine-color-text': gray[9],
    '--mantine-color-dimmed': gray[6],
    '--mantine-color-placeholder': '#737380',
    '--mantine-color-error': '#c62828',
    '--mantine-color-default-border': gray[3],
    // Mantine's own are 4.0:1 on their tint; these hold 4.5:1.
    '--mantine-color-green-light-color': '#1c6b2d',
    '--mantine-color-orange-light-color': '#a63c00',
    '--mantine-color-red-light-color': '#b42318',
    '--mantine-color-red-outline': '#b42318',
    '--mantine-color-red-filled': '#c62828',
    '--mantine-color-red-filled-hover': '#ad2020',
    '--mantine-color-blue-light-color': '#15599c',
  },
  dark: {
    '--surface': dark[7],
    '--surface-raised': dark[6],
    '--surface-sunken': dark[8],
    '--surface-hover': dark[6],
    '--surface-active': '#272b45',
    '--border': dark[5],
    '--text-dimmed': '#a0a0ad',
    '--mantine-color-body': dark[7],
    '--mantine-color-text': dark[0],
    '--mantine-color-dimmed': '#a0a0ad',
    '--mantine-color-placeholder': '#8f8f9c',
    '--mantine-color-error': '#ff8a80',
    '--mantine-color-default-border': dark[4],
    '--mantine-color-anchor': accent[3],
    '--mantine-color-red-filled': '#c62828',
    '--mantine-color-red-filled-hover': '#ad2020',
  },
});
