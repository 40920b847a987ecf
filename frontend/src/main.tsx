import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './app/theme.css';
import { App } from './app/App';
import { shareNonce } from './app/csp';
import { startI18n } from './shared/i18n';

const container = document.getElementById('root');
if (!container) throw new Error('index.html has no #root');
shareNonce();
await startI18n();
createRoot(container).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
