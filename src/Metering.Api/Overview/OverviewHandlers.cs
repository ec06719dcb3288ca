using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>The overview, for operators.</summary>
internal sealed class OverviewHandlers(OverviewReading reading)
{
    public async Task GetAsync(ApiCall call)
    {
        var answer = await reading.ReadAsync(call.Aborted).ConfigureAwait(false);
        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, answer, ApiJson.Default.OverviewAnswer).ConfigureAwait(false);
    }
}
