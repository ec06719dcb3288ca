using Microsoft.AspNetCore.Http;

namespace Metering.Api;

/// <summary>Migrations of a plan's licenses from one version to another.</summary>
internal sealed class MigrationHandlers(ICatalogStore store, IMigrations migrations, JsonBodies bodies)
{
    public async Task StartAsync(ApiCall call)
    {
        var versions = await PlanHandlers.VersionsAsync(store, call).ConfigureAwait(false);
        var body = await bodies.ReadAsync(call, ApiJson.Default.MigrateRequest).ConfigureAwait(false);
        var (from, to) = (body.Value.FromVersion, body.Value.ToVersion);
        var errors = new FieldErrors();
        errors.Require(to is not null && Knows(to.Value), "/to_version", to is null ? "is required" : "is not a version of the plan");
        errors.Require(from is null || Knows(from.Value), "/from_version", "is not a version of the plan");
        errors.ThrowIfAny();

        var migration = await migrations.StartAsync(versions[0].Id, from, to!.Value, call.Aborted).ConfigureAwait(false)
            ?? throw new ProblemException(Answers.Busy with { Detail = "As many migrations as may run at once are running." });
        call.Http.Response.Headers.Location = $"/api/v1/plans/{Uri.EscapeDataString(migration.PlanId)}/migrations/{migration.Id}";
        await JsonReply.SendAsync(call.Http, StatusCodes.Status202Accepted, migration, ApiJson.Default.Migration).ConfigureAwait(false);

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
