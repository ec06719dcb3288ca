namespace Metering.Contracts;

/// <summary>What <see cref="IRequestMemory"/> promises.</summary>
[Rule(8)]
public abstract class RequestMemoryContract(Func<ValueTask<PortsHost>> start) : PortContract<IRequestMemory>(start)
{
    private static readonly TimeSpan Memory = TimeSpan.FromDays(35);

    [Fact]
    public async Task An_answer_is_found_by_its_key_alone()
    {
        var body = new string('ü', 100_000);
        await Port.RememberAsync("key/#?", new RememberedRequest("hash", 201, body), None);

        await NowAndAfterRestartAsync(async port =>
        {
            Assert.Equal(new RememberedRequest("hash", 201, body), await port.FindAsync("key/#?", None));
            Assert.Null(await port.FindAsync("key", None));
            Assert.Null(await port.FindAsync("KEY/#?", None));
        });
    }

    [Fact]
    public async Task The_first_answer_stays()
    {
        var first = new RememberedRequest("one", 201, "first");

        Assert.Equal(first, await Port.RememberAsync("key", first, None));
        Assert.Equal(first, await Port.RememberAsync("key", new RememberedRequest("two", 200, "second"), None));

        Assert.Equal(first, await Port.FindAsync("key", None));
    }

    [Fact]
    public async Task Of_answers_that_come_together_one_stays()
    {
        var ports = await InstancesAsync();
        var told = await TogetherAsync(
            8, i => ports[i % ports.Length].RememberAsync("key", new RememberedRequest($"hash {i}", 200, $"body {i}"), None));

        var kept = await Port.FindAsync("key", None);

        Assert.All(told, request => Assert.Equal(kept, request));
        Assert.Equal(kept!.BodyHash.Replace("hash", "body", StringComparison.Ordinal), kept.Body);
        Assert.Equal(kept, await (await RestartAsync()).FindAsync("key", None));
    }

    [Fact]
    public async Task An_answer_is_forgotten_when_its_memory_is_over_and_the_key_is_new_then()
    {
        await Host.SetTimeAsync(Start);
        await Port.RememberAsync("key", new RememberedRequest("one", 201, "first"), None);

        await Host.SetTimeAsync(Start + Memory - TimeSpan.FromMilliseconds(1));
        Assert.Equal("first", (await Port.FindAsync("key", None))!.Body);
        await Host.SetTimeAsync(Start + Memory);
        Assert.Null(await Port.FindAsync("key", None));

        await Port.RememberAsync("key", new RememberedRequest("two", 200, "second"), None);
        Assert.Equal("second", (await Port.FindAsync("key", None))!.Body);
    }
}
