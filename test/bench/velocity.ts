// Velocity: sums over rolling windows at small and large histories, and check + reserve, against the plain ways.
import { benchReservations } from './velocity-reserve.ts';
import { benchSums } from './velocity-sums.ts';
import type { BenchOptions, Figure } from './figures.ts';
import { startGround } from './ground.ts';

export async function benchVelocity(options: BenchOptions): Promise<Figure[]> {
  const ground = await startGround();
  try {
    return [...(await benchReservations(ground, options)), ...(await benchSums(ground, options))];
  } finally {
    await ground.stop();
  }
}
