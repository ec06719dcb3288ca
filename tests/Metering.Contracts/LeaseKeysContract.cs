namespace Metering.Contracts;

/// <summary>What <see cref="ILeaseKeys"/> promises.</summary>
public abstract class LeaseKeysContract(Func<ValueTask<PortsHost>> start) : PortContract<ILeaseKeys>(start)
{
    [Fact]
    public async Task There_is_one_key_to_sign_with_and_it_stays()
    {
        var keys = await Port.ReadAsync(None);

        Assert.NotEmpty(keys);
        Assert.NotNull(keys[0].Parameters.D);
        Assert.Equal(keys.Select(key => key.Id), (await Port.ReadAsync(None)).Select(key => key.Id));
        Assert.Equal(keys.Select(key => key.Id), (await (await RestartAsync()).ReadAsync(None)).Select(key => key.Id));
    }

    [Fact]
    public async Task All_that_ask_together_at_first_sign_with_the_same_key()
    {
        var ports = await InstancesAsync();

        var read = await TogetherAsync(8, i => ports[i % ports.Length].ReadAsync(None));

        Assert.Single(read.Select(keys => keys[0].Id).Distinct());
    }
}
