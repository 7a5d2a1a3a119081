import { Center, Loader } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Navigate, Outlet, Route, Routes } from 'react-router';
import { useSession } from './api/session.js';
import { NotFound } from './shell/not-found.js';
import { Shell } from './shell/shell.js';
import { SignIn } from './shell/sign-in.js';
import { Start } from './welcome/start.js';
import { WebhooksPage } from './webhooks/webhooks-page.js';
import { ProblemAlert } from './ui/problem.js';

// What is not needed first is loaded when it is opened.
const DeliveriesPage = lazy(async () => ({
  default: (await import('./deliveries/deliveries-page.js')).DeliveriesPage,
}));
const DeliveryPage = lazy(async () => ({ default: (await import('./deliveries/delivery-page.js')).DeliveryPage }));
const CallPage = lazy(async () => ({ default: (await import('./calls/call-page.js')).CallPage }));
const WaitingPage = lazy(async () => ({ default: (await import('./waiting/waiting-page.js')).WaitingPage }));
const DeadLettersPage = lazy(async () => ({
  default: (await import('./dead-letters/dead-letters-page.js')).DeadLettersPage,
}));
const HealthPage = lazy(async () => ({ default: (await import('./health/health-page.js')).HealthPage }));
const TeamPage = lazy(async () => ({ default: (await import('./team/team-page.js')).TeamPage }));

/** Every page and its address: one that is sent to a colleague opens there. */
export function Pages() {
  const session = useSession();
  if (session.isPending) return <Waiting />;
  if (session.error) return <ProblemAlert error={session.error} again={() => void session.refetch()} />;
  if (session.data === null) return <SignIn />;
  return (
    <Routes>
      <Route path="/" element={<Start />} />
      <Route
        path="/p/:projectId"
        element={<Shell content={<Suspense fallback={<Waiting />}>{<Outlet />}</Suspense>} />}
      >
        <Route index element={<Navigate to="webhooks" replace />} />
        <Route path="webhooks" element={<WebhooksPage tab="endpoints" />} />
        <Route path="webhooks/triggers" element={<WebhooksPage tab="triggers" />} />
        <Route path="deliveries" element={<DeliveriesPage />} />
        <Route path="deliveries/:deliveryId" element={<DeliveryPage />} />
        <Route path="calls/:callId" element={<CallPage />} />
        <Route path="waiting" element={<WaitingPage />} />
        <Route path="dead-letters" element={<DeadLettersPage />} />
        <Route path="health" element={<HealthPage />} />
        <Route path="team" element={<TeamPage />} />
        <Route path="*" element={<NotFound />} />
      </Route>
      <Route path="*" element={<NotFound />} />
    </Routes>
  );
}

function Waiting() {
  return (
    <Center mih="60dvh" role="status" aria-label="Loading">
      <Loader size="sm" />
    </Center>
  );
}
