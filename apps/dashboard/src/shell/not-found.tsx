import { Compass } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'react-router';
import { Empty } from '../ui/states.js';

export function NotFound() {
  return (
    <Nowhere title="There is no such page" to="To your webhooks">
      The address may be mistyped, or from another version of the dashboard.
    </Nowhere>
  );
}

/** To whoever may not see it, a project of others does not exist. */
export function NoProject() {
  return (
    <Nowhere title="There is no such project" to="To your own">
      It may be deleted, or belong to others: sign in with a key of theirs to see it.
    </Nowhere>
  );
}

function Nowhere({ title, to, children }: { title: string; to: string; children: ReactNode }) {
  const home = (
    <Link className="text-link" to="/">
      {to}
    </Link>
  );
  return (
    <Empty icon={Compass} title={title} action={home}>
      {children}
    </Empty>
  );
}
