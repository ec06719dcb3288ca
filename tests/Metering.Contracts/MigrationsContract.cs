namespace Metering.Contracts;

/// <summary>What <see cref="IMigrations"/> promises to whoever starts one.</summary>
public abstract class MigrationsContract(Func<ValueTask<PortsHost>> start) : PortContract<IMigrations>(start)
{
    [Fact]
    public async Task One_that_was_started_is_found_by_its_id()
    {
        var started = (await Port.StartAsync("mig_1", "pro", 1, 2, None))!;
        var other = (await Port.StartAsync("mig_2", "pro", null, 3, None))!;

        Assert.Equal((MigrationStatus.Running, 0L), (started.Status, started.Total));
        foreach (var migration in new[] { started, other })
        {
            var found = (await Port.FindAsync(migration.Id, None))!;
            Assert.Equal(
                (migration.Id, migration.PlanId, migration.FromVersion, migration.ToVersion),
                (found.Id, found.PlanId, found.FromVersion, found.ToVersion));
        }

        Assert.Equal(("mig_1", "mig_2"), (started.Id, other.Id));
        Assert.Equal((1, 2, null, 3), (started.FromVersion, started.ToVersion, other.FromVersion, other.ToVersion));
    }

    [Fact]
    [Rule(8)]
    public async Task One_that_is_started_again_is_the_one_that_was_started()
    {
        var started = (await Port.StartAsync("mig_1", "pro", 1, 2, None))!;

        var again = (await Port.StartAsync("mig_1", "pro", 1, 2, None))!;

        Assert.Equal((started.Id, started.FromVersion, started.ToVersion), (again.Id, again.FromVersion, again.ToVersion));
    }

    [Theory]
    [InlineData("mig_none")]
    [InlineData("mig_/#?")]
    public async Task One_that_is_not_there_is_not_found(string id) => Assert.Null(await Port.FindAsync(id, None));
}
