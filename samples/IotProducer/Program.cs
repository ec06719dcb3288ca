using Samples.IotProducer;

if (ProducerOptions.Read(args) is not { } options || (options.Token is null && options.EventHub is null))
{
    await Console.Error.WriteLineAsync("usage: IotProducer [--devices 20] [--readings 50], with METER_TOKEN or EVENTHUB_CONNECTION set");
    return 2;
}

return await Producer.RunAsync(options, Console.Out);
