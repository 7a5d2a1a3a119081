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
