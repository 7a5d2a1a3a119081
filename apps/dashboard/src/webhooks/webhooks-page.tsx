import { Button, Tabs } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Plus } from 'lucide-react';
import { useNavigate } from 'react-router';
import { useEndpoints } from '../api/endpoints.js';
import { useProjectId } from '../api/projects.js';
import { useMayChange } from '../api/session.js';
import { Page } from '../ui/page.js';
import { Loaded } from '../ui/states.js';
import { FirstSteps } from '../welcome/first-steps.js';
import { CreateEndpoint } from './create-endpoint.js';
import { EndpointTable } from './endpoint-table.js';
import { TriggerMatrix } from './trigger-matrix.js';
import styles from './webhooks-page.module.css';

/** Where events go, and which. */
export function WebhooksPage({ tab }: { readonly tab: 'endpoints' | 'triggers' }) {
  const projectId = useProjectId();
  const mayChange = useMayChange();
  const endpoints = useEndpoints(projectId);
  const [isCreating, creating] = useDisclosure();
  const navigate = useNavigate();
  const create = (
    <Button leftSection={<Plus size={16} />} onClick={creating.open}>
      Create new
    </Button>
  );
  const isEmpty = endpoints.data?.length === 0;
  return (
    <Page
      title="Webhooks"
      lead="Where call events are delivered, and which events fire."
      actions={mayChange && !isEmpty && tab === 'endpoints' ? create : undefined}
    >
      <Tabs
        value={tab}
        onChange={(value) => void navigate(`/p/${projectId}/webhooks${value === 'triggers' ? '/triggers' : ''}`)}
        keepMounted={false}
      >
        <Tabs.List mb="md" className={styles['tabs']}>
          <Tabs.Tab value="endpoints">Destination Endpoints</Tabs.Tab>
          <Tabs.Tab value="triggers">Notification Triggers</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="endpoints">
          <Loaded query={endpoints}>
            {(all) =>
              all.length === 0 ? (
                <FirstSteps create={mayChange ? create : undefined} />
              ) : (
                <EndpointTable endpoints={all} mayChange={mayChange} />
              )
            }
          </Loaded>
        </Tabs.Panel>
        <Tabs.Panel value="triggers">
          <Loaded query={endpoints}>
            {(all) => <TriggerMatrix endpoints={all} mayChange={mayChange} create={mayChange ? create : undefined} />}
          </Loaded>
        </Tabs.Panel>
      </Tabs>
      {isCreating && <CreateEndpoint onClose={creating.close} />}
    </Page>
  );
}
