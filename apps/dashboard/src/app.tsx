import { MantineProvider } from '@mantine/core';
import { Notifications, notifications } from '@mantine/notifications';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { BrowserRouter } from 'react-router';
import { mayPass } from './api/client.js';
import { watchForTheEnd } from './api/session.js';
import { Pages } from './pages.js';
import { ErrorBoundary } from './shell/error-boundary.js';
import { cssVariables, theme } from './theme.js';

const client = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 1000, retry: (count, error) => count < 2 && mayPass(error), retryDelay: 1000 },
    mutations: { retry: false },
  },
});
watchForTheEnd(client, () =>
  notifications.show({
    color: 'orange',
    title: 'Signed out',
    message: 'Your session has ended. Sign in again to go on where you were.',
  }),
);

export function App() {
  return (
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <Notifications position="bottom-right" limit={4} />
      <ErrorBoundary>
        <QueryClientProvider client={client}>
          <BrowserRouter>
            <Pages />
          </BrowserRouter>
        </QueryClientProvider>
      </ErrorBoundary>
    </MantineProvider>
  );
}
