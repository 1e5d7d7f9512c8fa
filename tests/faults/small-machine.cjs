// Preloaded into a kernel (`--require`): a container of one gigabyte, as far as its process asks.
process.constrainedMemory = () => 2 ** 30;
