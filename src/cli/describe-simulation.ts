// A simulation in words, for the terminal: the verdict first, then what it rests on, then the card. Pure.
import type { ApprovalView } from '../domain/approval-view.ts';
import { rulebookCheck } from '../domain/verdict.ts';
import type { Simulation } from '../flow/simulate.ts';
import type { Message } from '../slack/card.ts';
import { cardText } from './card-text.ts';
import { describeFindings } from './describe-approval.ts';
import type { NamedRulebook } from './read-rulebook.ts';
import { printable, type Terminal } from './terminal.ts';
import { subjectOf } from './waiting.ts';
import { instant } from './words.ts';

export function describeSimulation(input: {
  readonly simulation: Simulation;
  readonly view: ApprovalView;
  readonly message: Message;
  readonly named: NamedRulebook | null;
  readonly terminal: Pick<Terminal, 'paint'>;
}): readonly string[] {
  const { simulation, view, named } = input;
  const { paint } = input.terminal;
  const { at, connection } = simulation.observation;
  const rulebook = named === null ? 'no rulebook: none is in force' : named.name;
  return [
    `${paint('bold', subjectOf(view))}, on ${printable(connection)}, at ${instant(at)}, by ${printable(rulebook)}`,
    '',
    ...verdictLines(simulation, paint),
    ...describeFindings(simulation.findings, paint),
    ...notAskedLines(simulation, paint),
    '',
    paint('bold', cardTitle(simulation, view)),
    ...cardText(input.message, paint).map((line) => `  │ ${line}`.trimEnd()),
  ];
}

function verdictLines({ verdict, notAsked, findings }: Simulation, paint: Terminal['paint']): readonly string[] {
  if (verdict.kind === 'abstain') {
    const isRuled = findings.some(({ check, outcome }) => check === rulebookCheck && outcome !== 'pass');
    const reasons = verdict.reasons.filter((reason) => !isRuled || reason !== 'no rule of the rulebook allows it');
    return [
      `${paint('yellow', '● Abstains')}: people decide.`,
      ...reasons.map((reason) => `  because ${printable(reason)}`),
    ];
  }
  const title = paint('green', '● Approves');
  if (notAsked.length === 0) return [`${title} by the rule ${printable(verdict.rule)}.`];
  return [`${title} by the rule ${printable(verdict.rule)}, if the checks pass that are not asked here.`];
}

/** One line per reason that a check is not asked, however many checks have it. */
function notAskedLines({ notAsked }: Simulation, paint: Terminal['paint']): readonly string[] {
  if (notAsked.length === 0) return [];
  const reasons = [...new Set(notAsked.map(({ needs }) => needs))];
  return [
    '',
    paint('bold', 'Not asked here'),
    ...reasons.map((needs) => {
      const titles = notAsked.filter((check) => check.needs === needs).map(({ title }) => title);
      return `  – ${titles.join(', ')}: needs ${needs}`;
    }),
  ];
}

function cardTitle({ verdict, notAsked }: Simulation, { state }: ApprovalView): string {
  if (state !== 'approved') {
    return verdict.kind === 'approve' ? 'The card: our vote alone would not do, so it waits for people' : 'The card';
  }
  return notAsked.length === 0 ? 'The card' : 'The card, if the checks pass that are not asked here';
}
