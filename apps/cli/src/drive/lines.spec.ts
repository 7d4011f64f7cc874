import { localTime, tabulate, wrap } from './lines.js';

describe('lines for a terminal', () => {
  it('are broken between words, and hang after the first', () => {
    const lines = wrap('word '.repeat(40).trim(), 2, 4);
    expect(lines).toHaveLength(2);
    expect(lines[0]?.length).toBeLessThanOrEqual(112);
    expect(lines[0]).toMatch(/^ {2}word/);
    expect(lines[1]).toMatch(/^ {4}word/);
    expect(
      lines
        .join(' ')
        .split(/\s+/)
        .filter((word) => word === 'word'),
    ).toHaveLength(40);
  });

  it('hold a word that is longer than a line unbroken', () => {
    const address = `https://example.org/${'a'.repeat(150)}`;
    expect(wrap(`see ${address} there`)).toEqual(['see', address, 'there']);
  });

  it('stand in columns without blanks at their ends', () => {
    expect(
      tabulate(
        [
          ['rank', 'offer', ''],
          ['1', '77.00', 'qualified'],
          ['10', '', ''],
        ],
        2,
      ),
    ).toEqual(['  rank  offer', '  1     77.00  qualified', '  10']);
  });

  it('show an instant by the clock of India', () => {
    expect(localTime('2020-02-08T11:00:01+05:30')).toBe('2020-02-08 11:00:01');
  });
});
