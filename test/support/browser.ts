/** Just enough of a browser for a redirect dance: it keeps cookies, by host and path, and follows nothing by itself. */
export class Browser {
  private readonly jar: { readonly host: string; readonly path: string; readonly name: string; value: string }[] = [];

  async go(address: string): Promise<Response> {
    const url = new URL(address);
    const cookies = this.jar
      .filter(({ host, path, value }) => host === url.host && url.pathname.startsWith(path) && value !== '')
      .map(({ name, value }) => `${name}=${value}`);
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: cookies.length > 0 ? { cookie: cookies.join('; ') } : {},
    });
    for (const line of answer.headers.getSetCookie()) this.keep(url, line);
    return answer;
  }

  /** Goes on from redirect to redirect until an answer is none, or the next address is one to stop before. */
  async follow(address: string, stopBefore: (url: string) => boolean = () => false): Promise<Response> {
    let next = address;
    for (let step = 0; step < 20; step += 1) {
      const answer = await this.go(next);
      const location = answer.headers.get('location');
      if (answer.status < 300 || answer.status >= 400 || location === null) return answer;
      next = new URL(location, next).href;
      if (stopBefore(next)) return answer;
    }
    throw new Error(`too many redirects, the last to ${next}`);
  }

  private keep(url: URL, line: string): void {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [name = '', value = ''] = pair.split(/=(.*)/s);
    const path = attributes.find((each) => /^path=/i.test(each))?.slice(5) ?? '/';
    const gone = attributes.some((each) => /^max-age=0$/i.test(each));
    const known = this.jar.find((each) => each.host === url.host && each.path === path && each.name === name);
    if (known !== undefined) known.value = gone ? '' : value;
    else this.jar.push({ host: url.host, path, name, value: gone ? '' : value });
  }
}
