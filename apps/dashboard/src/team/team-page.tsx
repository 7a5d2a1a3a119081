import { useProjectId } from '../api/projects.js';
import { useSignedIn } from '../api/session.js';
import { Page } from '../ui/page.js';
import { ApiKeys } from './api-keys.js';
import { AuditTable } from './audit-table.js';
import { ProjectSettings } from './project-settings.js';

/** Who may do what in the project, and who did. */
export function TeamPage() {
  const projectId = useProjectId();
  const { role } = useSignedIn();
  return (
    <Page title="Team" lead="Who may do what in this project, and who changed what.">
      <ApiKeys projectId={projectId} mayChange={role !== 'read'} />
      {role !== 'read' && <AuditTable projectId={projectId} />}
      {role === 'operator' && <ProjectSettings projectId={projectId} />}
    </Page>
  );
}
