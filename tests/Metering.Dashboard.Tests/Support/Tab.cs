using Microsoft.Playwright;

namespace Metering.Dashboard.Tests.Support;

/// <summary>A tab of the browser, with the dashboard in it.</summary>
public sealed class Tab : IAsyncDisposable
{
    private const int Height = 900;

    // Only what fails waits so long; the tests of a whole solution share few cores.
    private const int Patience = 30_000;

    private readonly IBrowserContext _context;
    private readonly Uri _server;
    private readonly List<string> _faults = [];

    private Tab(IBrowserContext context, IPage page, Uri server)
    {
        (_context, Page, _server) = (context, page, server);
        page.PageError += (_, error) => _faults.Add("error: " + error);
        page.Console += (_, message) => Note(message);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(server.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
            {
                _faults.Add("request to elsewhere: " + request.Url);
            }
        };
    }

    public IPage Page { get; }

    public static async Task<Tab> OpenAsync(IBrowser browser, Uri server, string place, TabOptions options)
    {
        var context = await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = options.Width, Height = Height },
            ColorScheme = options.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = options.Locale,
            TimezoneId = options.Zone,
        });
        context.SetDefaultTimeout(Patience);
        Assertions.SetDefaultExpectTimeout(Patience);
        if (options.Token is not null)
        {
            await context.AddInitScriptAsync($"sessionStorage.getItem('metering.token') ?? sessionStorage.setItem('metering.token', '{options.Token}')");
        }

        var tab = new Tab(context, await context.NewPageAsync(), server);
        await tab.Page.GotoAsync(new Uri(server, "dashboard#/" + place).ToString());
        await tab.Heading.WaitForAsync();
        return tab;
    }

    /// <summary>The view's title.</summary>
    public ILocator Heading => Page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    /// <summary>Waits until a text is there.</summary>
    public Task SeesAsync(string text) => Page.GetByText(text).Filter(new() { Visible = true }).First.WaitForAsync();

    /// <summary>Goes to another place, and waits until it is drawn, with or without its data.</summary>
    public Task GoAsync(string place) => Page.EvaluateAsync(
        """
        place => new Promise(drawn => {
          addEventListener('hashchange', () => requestAnimationFrame(() => requestAnimationFrame(drawn)), { once: true });
          location.hash = '#/' + place;
        })
        """, place);

    /// <summary>Waits until all data are there, and drawn.</summary>
    public async Task SettledAsync()
    {
        await Page.WaitForFunctionAsync("() => document.querySelector('h1') && !document.querySelector('.skeleton, [aria-busy=true]')");
        // What depends on the layout, such as whether a table scrolls, is known to the page one frame after it has drawn the data.
        await Page.EvaluateAsync("() => new Promise(drawn => requestAnimationFrame(() => requestAnimationFrame(drawn)))");
    }

    /// <summary>Fails for an error in the console, a request that was blocked, and a request to somebody else.</summary>
    /// <param name="expected">What may be there.</param>
    public void HasNoFaults(params string[] expected) =>
        Assert.DoesNotContain(_faults, fault => !expected.Any(text => fault.Contains(text, StringComparison.Ordinal)));

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    private void Note(IConsoleMessage message)
    {
        if (message.Type is "error" or "warning")
        {
            _faults.Add($"{message.Type}: {message.Text} ({message.Location})");
        }
    }
}
