// The page: people and places on the left, the conversation in the middle, the custody platform on the right.
import { useMemo } from 'react';
import { CustodyPanel } from './custody/custody-panel.tsx';
import { NamesContext } from './names.ts';
import type { Names } from './names.ts';
import { Sidebar } from './slack/sidebar.tsx';
import { Stage } from './slack/stage.tsx';
import { Toasts } from './toasts.tsx';
import { useSandbox } from './use-sandbox.ts';
import type { PageConfig } from './wire/config.ts';
import type { Workspace } from './wire/workspace.ts';

export function App({ config }: { config: PageConfig }) {
  const sandbox = useSandbox(config);
  const { workspace } = sandbox.state;
  const names = useMemo(() => namesOf(workspace), [workspace]);
  return (
    <NamesContext value={names}>
      <div className="page">
        <Sidebar sandbox={sandbox} />
        <Stage sandbox={sandbox} />
        <CustodyPanel sandbox={sandbox} />
        <Toasts sandbox={sandbox} />
      </div>
    </NamesContext>
  );
}

function namesOf(workspace: Workspace | undefined): Names {
  const users = new Map(workspace?.users.map((user) => [user.id, user.real_name ?? user.name]));
  const groups = new Map(workspace?.usergroups.map((group) => [group.id, group.handle]));
  const channels = new Map(workspace?.channels.map((channel) => [channel.id, channel.name]));
  return { user: (id) => users.get(id), group: (id) => groups.get(id), channel: (id) => channels.get(id) };
}
