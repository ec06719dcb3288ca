namespace Metering.Contracts;

/// <summary>What <see cref="IMigrations"/> promises to whoever starts one.</summary>
public abstract class MigrationsContract(Func<ValueTask<PortsHost>> start) : PortContract<IMigrations>(start)
{
    [Fact]
    public async Task One_that_was_started_is_found_by_its_id()
    {
        var started = (await Port.StartAsync("pro", 1, 2, None))!;
        var other = (await Port.StartAsync("pro", null, 3, None))!;

        Assert.Equal((MigrationStatus.Running, 0L), (started.Status, started.Total));
        foreach (var migration in new[] { started, other })
        {
            var found = (await Port.FindAsync(migration.Id, None))!;
            Assert.Equal(
                (migration.Id, migration.PlanId, migration.FromVersion, migration.ToVersion),
                (found.Id, found.PlanId, found.FromVersion, found.ToVersion));
        }

        Assert.NotEqual(started.Id, other.Id);
        Assert.Equal((1, 2, null, 3), (started.FromVersion, started.ToVersion, other.FromVersion, other.ToVersion));
    }

    [Theory]
    [InlineData("mig_none")]
    [InlineData("mig_/#?")]
    public async Task One_that_is_not_there_is_not_found(string id) => Assert.Null(await Port.FindAsync(id, None));
}
