namespace Metering.Api;

/// <summary>What a license has set aside, and the machines on it, for operators.</summary>
internal sealed class HoldListHandlers(Licenses licenses, IMeterClock clock, MeterRules rules)
{
    public async Task HoldsAsync(ApiCall call)
    {
        var holds = LicenseMeter.OpenHolds(await StateAsync(call).ConfigureAwait(false), clock.UtcNow, rules)
            .OrderBy(hold => hold.Id, StringComparer.Ordinal);
        var page = Paging.Slice(call, holds, hold => hold.Id);
        await Paging.SendAsync(call, [.. page.Items.Select(HoldView.Of)], page.NextCursor, ApiJson.Default.HoldView).ConfigureAwait(false);
    }

    public async Task MachinesAsync(ApiCall call)
    {
        // Readings are kept until a key is taken away or given again, so no time has to pass on the state.
        var machines = (await StateAsync(call).ConfigureAwait(false)).FindMeter(Machines.FeatureCode)?.Readings ?? [];
        var page = Paging.Slice(
            call, machines.OrderBy(machine => machine.Key, StringComparer.Ordinal), machine => machine.Key);
        var views = page.Items.Select(machine => new MachineView(machine.Key, machine.Value.Name, machine.Value.Value, machine.Value.At));
        await Paging.SendAsync(call, [.. views], page.NextCursor, ApiJson.Default.MachineView).ConfigureAwait(false);
    }

    private async ValueTask<LicenseState> StateAsync(ApiCall call)
    {
        var license = await licenses.RecordAsync(call.Path("id"), call.Aborted).ConfigureAwait(false);
        return await licenses.StateAsync(license.Id, call.Aborted).ConfigureAwait(false);
    }
}
