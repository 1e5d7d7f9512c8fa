exports.where = __filename;
