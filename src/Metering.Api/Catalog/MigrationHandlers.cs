using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Migrations of a plan's licenses from one version to another.</summary>
internal sealed class MigrationHandlers(ICatalogStore store, IMigrations migrations, RememberedCalls calls, JsonBodies bodies)
{
    public async Task StartAsync(ApiCall call)
    {
        var body = await bodies.ReadAsync(call, ApiJson.Default.MigrateRequest).ConfigureAwait(false);
        var remembered = calls.Of(call, body, call.Path("id"));
        if (remembered is not null && await remembered.ReplayAsync(LocateAgain).ConfigureAwait(false))
        {
            return;
        }

        var versions = await PlanHandlers.VersionsAsync(store, call).ConfigureAwait(false);
        var (from, to) = (body.Value.FromVersion, body.Value.ToVersion);
        var errors = new FieldErrors();
        errors.Require(to is not null && Knows(to.Value), "/to_version", to is null ? "is required" : "is not a version of the plan");
        errors.Require(from is null || Knows(from.Value), "/from_version", "is not a version of the plan");
        errors.ThrowIfAny();

        // Remembered before it starts: where the first try got no answer, its repeat goes on with the same migration.
        var (id, isRepeat) = remembered is null
            ? (NewId.Migration(), false)
            : await remembered.IdAsync(NewId.Migration).ConfigureAwait(false);
        if (isRepeat && await remembered!.ReplayAsync(LocateAgain).ConfigureAwait(false))
        {
            return;
        }

        var migration = await migrations.StartAsync(id, versions[0].Id, from, to!.Value, call.Aborted).ConfigureAwait(false)
            ?? throw new ProblemException(Answers.Busy with { Detail = "As many migrations as may run at once are running." });
        Locate(migration);
        await RememberedCall.SendAsync(call, remembered, StatusCodes.Status202Accepted, migration, ApiJson.Default.Migration)
            .ConfigureAwait(false);

        void LocateAgain(string first) => Locate(JsonSerializer.Deserialize(first, ApiJson.Default.Migration)!);

        void Locate(Migration begun) =>
            call.Http.Response.Headers.Location = $"/api/v1/plans/{Uri.EscapeDataString(begun.PlanId)}/migrations/{begun.Id}";

        bool Knows(int version) => versions.Any(plan => plan.Version == version);
    }

    public async Task GetAsync(ApiCall call)
    {
        var migration = await migrations.FindAsync(call.Path("migration"), call.Aborted).ConfigureAwait(false);
        // Ids are one set for all plans; under another plan's path this one is not there.
        if (migration is null || migration.PlanId != call.Path("id"))
        {
            throw new ProblemException(new Problem(ProblemCode.MigrationNotFound, "There is no such migration, or it is forgotten."));
        }

        await JsonReply.SendAsync(call.Http, StatusCodes.Status200OK, migration, ApiJson.Default.Migration).ConfigureAwait(false);
    }
}
