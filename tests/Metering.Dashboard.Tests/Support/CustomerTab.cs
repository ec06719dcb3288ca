using Microsoft.Playwright;

namespace Metering.Dashboard.Tests.Support;

/// <summary>A tab of a customer, who has nothing but a link.</summary>
internal sealed class CustomerTab : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly List<string> _faults = [];

    private CustomerTab(IBrowserContext context, IPage page)
    {
        (_context, Page) = (context, page);
        page.PageError += (_, error) => _faults.Add("error: " + error);
        page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _faults.Add($"{message.Type}: {message.Text}");
            }
        };
    }

    public IPage Page { get; }

    public static async Task<CustomerTab> OpenAsync(DashboardFixture dashboard, string link, TabOptions? options = null)
    {
        options ??= new();
        var context = await dashboard.Browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = options.Width, Height = 900 },
            ColorScheme = options.Dark ? ColorScheme.Dark : ColorScheme.Light,
            ReducedMotion = ReducedMotion.Reduce,
            Locale = options.Locale,
            TimezoneId = options.Zone,
        });
        context.SetDefaultTimeout(15_000);
        var customer = new CustomerTab(context, await context.NewPageAsync());
        await customer.Page.GotoAsync(new Uri(dashboard.Meter.Address, link).ToString());
        return customer;
    }

    public Task SeesAsync(string text) => Page.GetByText(text).First.WaitForAsync();

    /// <summary>What the page does each minute.</summary>
    public Task LookAgainAsync() => Page.EvaluateAsync("() => dispatchEvent(new Event('online'))");

    public void HasNoFaults() => Assert.Empty(_faults);

    public ValueTask DisposeAsync() => _context.DisposeAsync();
}
