// The right side: makes the custody platform do things, and shows what it recorded.
import type { Sandbox } from '../use-sandbox.ts';
import { Controls } from './controls.tsx';
import { LedgerView } from './ledger-view.tsx';
import { scenes } from './scenes.ts';
import type { Scene } from './scenes.ts';

export function CustodyPanel({ sandbox }: { sandbox: Sandbox }) {
  const { state, config } = sandbox;
  return (
    <section className="custody" id="custody" aria-label="Custody platform (sandbox Dfns)">
      <header className="custody-head">
        <h2>
          Custody platform <span className="subtle">sandbox Dfns</span>
        </h2>
        <StatusDots
          trouble={state.custodyTrouble}
          botReady={config.botWatched ? (state.botReady ?? false) : undefined}
        />
      </header>
      <p className="lead">Start a scene and watch the channel. The ledger shows what really went back.</p>
      <div className="scenes" role="group" aria-label="Scenes">
        {scenes.map((scene) => (
          <SceneButton key={scene.name} scene={scene} sandbox={sandbox} />
        ))}
      </div>
      <Controls sandbox={sandbox} />
      <LedgerView sandbox={sandbox} />
    </section>
  );
}

function StatusDots({ trouble, botReady }: { trouble: string | undefined; botReady: boolean | undefined }) {
  return (
    <span className="status-dots" role="status">
      <span
        className={`live ${trouble === undefined ? 'live-on' : 'live-off'}`}
        data-testid="custody-live"
        title={trouble}
      >
        {trouble === undefined ? 'platform' : 'platform unreachable'}
      </span>
      {botReady !== undefined && (
        <span className={`live ${botReady ? 'live-on' : 'live-off'}`} data-testid="bot-ready">
          {botReady ? 'bot ready' : 'bot not ready'}
        </span>
      )}
    </span>
  );
}

function SceneButton({ scene, sandbox }: { scene: Scene; sandbox: Sandbox }) {
  const busy = sandbox.state.running.includes(`scene-${scene.name}`);
  return (
    <button
      type="button"
      className="scene"
      data-testid={`scene-${scene.name}`}
      aria-disabled={busy}
      onClick={() => !busy && sandbox.custody.playScene(scene.name)}
    >
      <span className="scene-title">{scene.title}</span>
      <span className="scene-tells">{scene.tells}</span>
    </button>
  );
}
