import { describeAttachment, describeMediaType, nameAfterContent } from './attachment.js';

const PDF = 'application/pdf';

describe('the name under which a document is handed out', () => {
  it('stands in ASCII and in full', () => {
    expect(describeAttachment('net-worth 2026 (final).pdf', PDF)).toBe(
      `attachment; filename="net-worth 2026 (final).pdf"; filename*=UTF-8''net-worth%202026%20%28final%29.pdf`,
    );
    expect(describeAttachment('शपथपत्र.pdf', PDF)).toBe(
      `attachment; filename="_______.pdf"; filename*=UTF-8''${encodeURIComponent('शपथपत्र')}.pdf`,
    );
  });

  it.each([
    ['a quote', 'a".pdf"; filename="b.pdf'],
    ['a line break', 'a\r\nSet-Cookie: x=1\r\n\r\n.pdf'],
    ['a backslash before the quote', 'a\\'],
    ['a null', 'a\u0000b.pdf'],
    ['half a character', 'a\uD800.pdf'],
    ['an escape of its own', "a%22; filename*=UTF-8''b.pdf"],
    ['a separator of lines', 'a\u2028b.pdf'],
  ])('never leaves its header: %s', (_, name) => {
    const header = describeAttachment(name, PDF);
    expect(header).toMatch(/^attachment; filename="[\w .,()+-]+"; filename\*=UTF-8''[\w.!#$&+^`|~%-]+$/);
    expect(header.replaceAll(/%[0-9A-F]{2}/g, '')).not.toContain('%');
  });

  it('leads into no folder and is not hidden', () => {
    for (const name of ['../../.profile', '..\\..\\startup\\a', '/etc/passwd', 'C:\\autoexec']) {
      const header = describeAttachment(name, PDF);
      expect(header).not.toMatch(/[/\\:]|%2F|%5C|%3A|filename="\./i);
    }
    expect(describeAttachment(' . ', PDF)).toContain('filename="document.pdf"');
  });

  it('ends as what the document is, and reads in one direction', () => {
    expect(describeAttachment('letter.bat', 'text/plain')).toContain('filename="letter.bat.txt"');
    expect(describeAttachment('SCAN.JPEG', 'image/jpeg')).toContain('filename="SCAN.JPEG"');
    expect(describeAttachment('letter\u202Efdp.exe', PDF)).toContain('filename="letterfdp.exe.pdf"');
    expect(nameAfterContent('0123456789abcdef', PDF)).toBe('document-0123456789ab.pdf');
    expect([describeMediaType('text/plain'), describeMediaType(PDF)]).toEqual(['text/plain; charset=utf-8', PDF]);
  });
});
