using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Metering.Dashboard.Tests.Support;

/// <summary>Finds what keeps people from using a page.</summary>
internal static class Axe
{
    /// <summary>What is serious or critical, each as a line.</summary>
    /// <param name="page">The page; axe stays in it until it is loaded anew.</param>
    /// <param name="colorsOnly">Whether to look only at contrast, the one rule that depends on the theme.</param>
    // The package for Playwright injects axe each time and opens a tab for each report, which takes ten times as long.
    public static async Task<string[]> FindAsync(IPage page, bool colorsOnly = false)
    {
        if (!await page.EvaluateAsync<bool>("'axe' in window"))
        {
            await page.EvaluateAsync(new BundledAxeScriptProvider().GetScript());
        }

        return await page.EvaluateAsync<string[]>(
            """
            async colorsOnly => (await axe.run({ resultTypes: ['violations'], ...(colorsOnly ? { runOnly: ['color-contrast'] } : {}) })).violations
              .filter(({ impact }) => impact === 'serious' || impact === 'critical')
              .map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join('; ')}`)
            """, colorsOnly);
    }
}
