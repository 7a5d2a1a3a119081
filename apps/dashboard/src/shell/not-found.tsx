import { Compass } from 'lucide-react';
import { Link } from 'react-router';
import { Empty } from '../ui/states.js';

export function NotFound() {
  return (
    <Empty
      icon={Compass}
      title="There is no such page"
      action={
        <Link className="text-link" to="/">
          To your webhooks
        </Link>
      }
    >
      The address may be mistyped, or from another version of the dashboard.
    </Empty>
  );
}

/** To whoever may not see it, a project of others does not exist. */
export function NoProject() {
  return (
    <Empty
      icon={Compass}
      title="There is no such project"
      action={
        <Link className="text-link" to="/">
          To your own
        </Link>
      }
    >
      It may be deleted, or belong to others: sign in with a key of theirs to see it.
    </Empty>
  );
}
